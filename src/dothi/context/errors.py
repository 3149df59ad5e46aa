"""
Errors of the NGSI-LD API (clause 5.5.2, table 6.3.2-1), as problem details (RFC 7807).

They are for machines of other houses, so titles are the standard's own English words.
"""

from collections.abc import Collection
from typing import ClassVar

BASE = "https://uri.etsi.org/ngsi-ld/errors/"


class NgsiLdError(Exception):
    """An expected failure. `detail` says what is wrong with this very request."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal Error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers: dict[str, str] = {}

    @property
    def type(self) -> str:
        """Return the URI of the error."""
        return BASE + type(self).__name__

    def as_json(self) -> dict[str, object]:
        """Return the problem details."""
        told: dict[str, object] = {"type": self.type, "title": self.title, "status": self.status}
        return {**told, "detail": self.detail} if self.detail else told


class InternalError(NgsiLdError):
    """Something went wrong that nobody expected."""


class InvalidRequest(NgsiLdError):
    """The request is no well-formed request: not JSON, no such operation, a header that lies."""

    status = 400
    title = "Invalid Request"


class BadRequestData(NgsiLdError):
    """The request is well formed, but what it says is not NGSI-LD."""

    status = 400
    title = "Bad Request Data"


class Unauthorized(NgsiLdError):
    """Who asks is to say who they are, as `challenge` has it (RFC 6750)."""

    status = 401
    title = "Unauthorized"

    def __init__(self, detail: str, challenge: str = "Bearer") -> None:
        super().__init__(detail)
        self.headers = {"WWW-Authenticate": challenge}


class Forbidden(NgsiLdError):
    """The rights of who asks do not reach so far, or the tenant has as many as it may."""

    status = 403
    title = "Forbidden"


class TooComplexQuery(NgsiLdError):
    """The query would cost too much."""

    status = 403
    title = "Too Complex Query"


class TooManyResults(NgsiLdError):
    """The query would bring too much at once."""

    status = 403
    title = "Too Many Results"


class ResourceNotFound(NgsiLdError):
    """There is no such thing."""

    status = 404
    title = "Resource Not Found"


class NonexistentTenant(NgsiLdError):
    """There is no such tenant."""

    status = 404
    title = "Nonexistent Tenant"


class AlreadyExists(NgsiLdError):
    """There is one of this id already."""

    status = 409
    title = "Already Exists"


class Conflict(NgsiLdError):
    """An exclusive registration says otherwise."""

    status = 409
    title = "Conflict"


class OperationNotSupported(NgsiLdError):
    """The operation is not one that is done here."""

    status = 422
    title = "Operation Not Supported"


class BadGateway(NgsiLdError):
    """A context source answers what is no answer (clause 6.3.17)."""

    status = 502
    title = "Bad Gateway"


class GatewayTimeout(NgsiLdError):
    """A context source does not answer in its time (clause 6.3.17)."""

    status = 504
    title = "Gateway Timeout"


class LoopDetected(NgsiLdError):
    """The request came through this broker before (clauses 6.3.17 and 6.3.18)."""

    status = 508
    title = "Loop Detected"


class LdContextNotAvailable(NgsiLdError):
    """A remote @context cannot be had."""

    status = 504  # 503 in earlier versions
    title = "LD Context Not Available"


class MethodNotAllowed(NgsiLdError):
    """The path does not have this method; `allowed` are those that it has."""

    status = 405
    title = "Method Not Allowed"

    def __init__(self, allowed: Collection[str]) -> None:
        super().__init__(f"allowed are {', '.join(allowed)}")
        self.headers = {"Allow": ", ".join(allowed)}


class NotAcceptable(NgsiLdError):
    """None of the wanted media types can be given."""

    status = 406
    title = "Not Acceptable"


class RequestEntityTooLarge(NgsiLdError):
    """The body is larger than any that is taken; the rest of it is not waited for."""

    status = 413
    title = "Request Entity Too Large"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers = {"Connection": "close"}


class RequestTimeout(NgsiLdError):
    """The body does not arrive; the rest of it is not waited for."""

    status = 408
    title = "Request Timeout"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers = {"Connection": "close"}


class UnsupportedMediaType(NgsiLdError):
    """The body is of a media type that is not understood."""

    status = 415
    title = "Unsupported Media Type"


class LengthRequired(NgsiLdError):
    """The body does not say how long it is."""

    status = 411
    title = "Length Required"
