WHERE = "beside the function"
