from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path

events: list[str] = []


class ShopConfig(AppConfig):
    name = __package__
    label = "shop"

    def ready(self) -> None:
        events.append("startup")


def greet(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(f"hello {name}", content_type="text/plain; charset=utf-8")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def chunks() -> Iterator[bytes]:
        for number in range(3):
            yield b"%d " % number

    async def async_chunks() -> AsyncIterator[bytes]:
        for chunk in chunks():
            yield chunk

    body = async_chunks() if isinstance(request, ASGIRequest) else chunks()
    return StreamingHttpResponse(body, content_type="text/plain")


def old(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/greet/you")


def cookies(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(request.COOKIES["seen"], content_type="text/plain")
    answer.set_cookie("a", "1", path="/")
    answer.set_cookie("b", "2", httponly=True)
    return answer


def upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    return HttpResponse(f"{file.name}: {file.read().decode()}")


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def where(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.build_absolute_uri())


urlpatterns = [
    path("greet/<str:name>", greet),
    path("stream", stream),
    path("old", old),
    path("cookies", cookies),
    path("upload", upload),
    path("fail", fail),
    path("where", where),
]

settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[f"{__name__}.ShopConfig"],
    LOGGING_CONFIG=None,
    ROOT_URLCONF=sys.modules[__name__],
    SECRET_KEY="only a test",
)
django.setup()
asgi_app = ASGIHandler()
wsgi_app = WSGIHandler()
