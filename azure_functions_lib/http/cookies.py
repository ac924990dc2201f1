"""Cookies: the ``cookie`` header of a request, the ``Set-Cookie`` headers of a response."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from ..errors import InvalidValueError
from .headers import is_token
from .limits import beyond, http_limits
from .secrets import safe_preview

if TYPE_CHECKING:
    from http.cookies import SimpleCookie

__all__ = ["SameSite", "parse_cookie", "set_cookie_value", "wire_cookie"]

SameSite = Literal["Lax", "Strict", "None", "lax", "strict", "none"]
"""When a browser sends a cookie with requests that another site causes."""


def parse_cookie(header: str | None) -> dict[str, str]:
    """Read a ``cookie`` header: each cookie's name and value, the value as it came.

    Of several cookies with one name the first counts: browsers send the one with the longest path
    first (RFC 6265 5.4). What is no ``name=value`` is passed over. Only spaces and tabs are no part
    of a name or value: another space before ``__Host-`` makes another name, as it does in browsers.

    Raises:
        InvalidPayloadError: there are more than ``http_limits.cookie_count`` (a ValueError).
    """
    parts = (header or "").split(";")
    if len(parts) > http_limits.cookie_count:
        raise beyond("cookie_count", "cookies", str(len(parts)), "cookies")
    cookies: dict[str, str] = {}
    for part in parts:
        name, separator, value = part.partition("=")
        name = name.strip(_SPACE)
        if separator and name:
            cookies.setdefault(name, value.strip(_SPACE))
    return cookies


_SPACE = " \t"  # what RFC 6265 takes off a name, a value and an attribute


_DELIMITER = re.compile(r"[\x00-\x1f\x7f;]")


def set_cookie_value(
    name: str,
    value: str,
    *,
    max_age: int | timedelta | None,
    expires: datetime | str | float | None,
    path: str | None,
    domain: str | None,
    secure: bool,
    httponly: bool,
    samesite: SameSite | None,
    partitioned: bool,
) -> str:
    """Write the value of a ``Set-Cookie`` header; see :meth:`HttpResponse.set_cookie`.

    Raises:
        InvalidValueError: an argument cannot be written (a ValueError and TypeError).
    """
    if not isinstance(name, str) or not is_token(name):
        raise _refused("name", name, "letters, digits and any of !#$%&'*+-.^_`|~")
    _check_text("value", value)
    if value != value.strip(_SPACE):
        raise _refused("value", value, "no space at its ends", _QUOTE)
    _check_promises(name, path, domain, secure, samesite, partitioned)
    parts = [f"{name}={value}"]
    if expires is not None:
        parts.append(f"Expires={_expires(expires)}")
    if max_age is not None:
        parts.append(f"Max-Age={_seconds(max_age)}")
    if domain is not None:
        parts.append(f"Domain={_check_text('domain', domain)}")
    if path is not None:
        parts.append(f"Path={_check_text('path', path)}")
    if secure:
        parts.append("Secure")
    if httponly:
        parts.append("HttpOnly")
    if samesite is not None:
        parts.append(f"SameSite={_same_site(samesite)}")
    if partitioned:
        parts.append("Partitioned")
    return "; ".join(parts)


_QUOTE = "Encode it, as with urllib.parse.quote"
_HIDDEN = "a text that may be a secret"  # a session's id is one


def _refused(
    field: str, came: object, expected: str, remedy: str | None = None
) -> InvalidValueError:
    shown = _HIDDEN if field == "value" and isinstance(came, str) else safe_preview(came)
    return InvalidValueError.of(
        "http", f"cookie {field}", came=shown, expected=expected, remedy=remedy
    )


def _check_promises(
    name: str,
    path: str | None,
    domain: str | None,
    secure: bool,
    samesite: object,
    partitioned: bool,
) -> None:
    """Refuse a cookie that browsers drop, since its name or attributes promise what is not so.

    RFC 6265bis 4.1.3 (prefixes) and 5.7 (``SameSite=None``), CHIPS 3 (``Partitioned``).
    """
    prefix = name.lower()
    if prefix.startswith("__host-") and (domain is not None or path != "/"):
        raise _refused("name", name, "path='/' and no domain for __Host-")
    needs = [
        what
        for what, needed in (
            ("a name with __Host- or __Secure-", prefix.startswith(("__host-", "__secure-"))),
            ("SameSite=None", isinstance(samesite, str) and samesite.lower() == "none"),
            ("Partitioned", partitioned),
        )
        if needed
    ]
    if needs and not secure:
        raise _refused("secure", secure, f"True for {needs[0]}", "Browsers drop it otherwise")


def _check_text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise _refused(field, value, "str")
    if _DELIMITER.search(value):
        raise _refused(field, value, "text without ';' and control characters", _QUOTE)
    return value


_MOST_SECONDS = 2**53  # what a double, as which the host takes them, holds exactly


def _seconds(max_age: Any) -> int:
    if type(max_age) is int and abs(max_age) <= _MOST_SECONDS:
        return max_age
    if isinstance(max_age, timedelta):
        return max_age // timedelta(seconds=1)
    raise _refused("max_age", max_age, "a whole number of seconds up to 2**53, or a timedelta")


def _same_site(samesite: object) -> str:
    text = samesite.capitalize() if isinstance(samesite, str) else ""
    if text not in ("Lax", "Strict", "None"):
        raise _refused("samesite", samesite, "'Lax', 'Strict' or 'None'")
    return text


def _expires(expires: Any) -> str:
    if isinstance(expires, str):
        normal = http_date(_check_text("expires", expires))
        if normal is None:
            raise _refused("expires", expires, "a date such as Wed, 21 Oct 2015 07:28:00 GMT")
        return normal
    try:
        if not isinstance(expires, datetime):
            expires = datetime.fromtimestamp(expires, timezone.utc)
        elif expires.tzinfo is None:
            expires = expires.replace(tzinfo=timezone.utc)
        return _http_date(expires.astimezone(timezone.utc))
    except (TypeError, ValueError, OverflowError, OSError):
        raise _refused(
            "expires", expires, "a datetime, seconds since 1970, or an HTTP date"
        ) from None


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The form in which dates are sent (RFC 9110 5.6.7), and the only one that every worker reads.
_HTTP_DATE = re.compile(
    rf"(?:{'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)


def _http_date(moment: datetime) -> str:
    # Not strftime, which writes the names in the process's language.
    return (
        f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} "
        f"{moment.year:04} {moment:%H:%M:%S} GMT"
    )


# RFC 6265 5.1.1: what separates the tokens, and what a token begins with.
_DATE_TOKEN = re.compile(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:\D|$)", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?:\D|$)", re.ASCII)


def http_date(text: str) -> str | None:
    """Write any date that browsers read in a cookie as ``Wed, 21 Oct 2015 07:28:00 GMT``.

    Read by the algorithm of RFC 6265 5.1.1; None for what that does not take for a date.
    """
    exact = _HTTP_DATE.fullmatch(text)
    if exact:
        day, month, year, hour, minute, second = exact.groups()
        numbers = int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second)
        return text if _moment(*numbers) else None
    parts = _date_parts(text)
    moment = _moment(*parts) if parts else None
    return _http_date(moment) if moment else None


def _date_parts(text: str) -> tuple[int, int, int, int, int, int] | None:
    time: re.Match[str] | None = None
    day = month = year = None
    for token in _DATE_TOKEN.findall(text):
        if time is None and (found := _TIME.match(token)):
            time = found
        elif day is None and (found := _DAY.match(token)):
            day = int(found[1])
        elif month is None and token[:3].title() in _MONTHS:
            month = _MONTHS.index(token[:3].title()) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = int(found[1])
    if time is None or day is None or month is None or year is None:
        return None
    if year < 100:
        year += 1900 if year >= 70 else 2000
    return year, month, day, int(time[1]), int(time[2]), int(time[3])


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second) if year >= 1601 else None
    except ValueError:
        return None


_MAX_AGE = re.compile(r"-?\d+", re.ASCII)


def wire_cookie(header: str) -> SimpleCookie:
    """Read a ``Set-Cookie`` header into the form that workers send; empty if browsers ignore it.

    As RFC 6265 5.2 reads it: the name and value are kept as they are, quotes included; attributes
    that are unknown, and those that cannot be read, are left out. The host's message has no place
    for ``Partitioned``.
    """
    pair, _, attributes = header.partition(";")
    name, separator, value = pair.partition("=")
    name, value = name.strip(_SPACE), value.strip(_SPACE)
    # A tab is the one control character that a response header may hold, and a cookie may not.
    cookie_class, morsel_class, _ = _loaded or _classes()
    cookie: SimpleCookie = cookie_class()
    if not separator or not name or "\t" in pair:
        return cookie
    morsel = morsel_class.__new__(morsel_class)
    dict.update(morsel, _attributes(attributes))
    # The checks of Morsel.set refuse names and values that browsers take.
    morsel.__setstate__({"key": name, "value": value, "coded_value": value})
    dict.__setitem__(cookie, name, morsel)
    return cookie


# An app sets most of its cookies with the same attributes.
@lru_cache(maxsize=256)
def _attributes(text: str) -> dict[str, Any]:
    """Read the attributes of a ``Set-Cookie`` header, and give those of a cookie without them."""
    absent = _classes()[2]
    attributes = absent.copy()
    for part in text.split(";"):
        key, _, value = part.partition("=")
        key, value = key.strip(_SPACE).lower(), value.strip(_SPACE)
        if key not in absent:
            continue
        if key in ("secure", "httponly", "partitioned"):
            attributes[key] = True
        elif key == "expires":
            attributes[key] = http_date(value) or ""
        elif key != "max-age" or _MAX_AGE.fullmatch(value):
            attributes[key] = value or absent[key]
    return attributes


_loaded: tuple[Any, Any, dict[str, Any]] | None = None


def _classes() -> tuple[Any, Any, dict[str, Any]]:
    """Give the classes of a cookie and its morsel, and the attributes of a morsel without any."""
    global _loaded
    if _loaded is None:
        from http.cookies import Morsel, SimpleCookie

        class WireMorsel(Morsel[str]):
            """A cookie whose absent domain and path are None.

            Workers pass on an empty text as an attribute with that value, None as an absent one.
            """

            def OutputString(self, attrs: Any = None) -> str:
                plain: Any = Morsel()
                plain.__setstate__(
                    {"key": self.key, "value": self.value, "coded_value": self.coded_value}
                )
                dict.update(plain, {key: value or "" for key, value in self.items()})
                return str(plain.OutputString(attrs))

        _loaded = SimpleCookie, WireMorsel, {**Morsel(), "domain": None, "path": None}
    return _loaded
