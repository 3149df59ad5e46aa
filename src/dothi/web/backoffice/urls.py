"""Every address of the back office."""

from django.urls import URLPattern, path, register_converter

from dothi.registers.devices.rules import ID
from dothi.web.backoffice.views import entering, holding, keeping, looking, node


class DeviceInAddress:
    """The id of a device in an address."""

    regex = ID.pattern

    def to_python(self, value: str) -> str:
        """Return the id."""
        return value

    def to_url(self, value: str) -> str:
        """Return the id as it stands in an address."""
        return value


register_converter(DeviceInAddress, "device")

app_name = "backoffice"

ONE = "devices/one/<device:device_id>/"

urlpatterns: list[URLPattern] = [
    path("devices/", looking.devices, name="devices"),
    path("devices/register/", entering.register, name="register"),
    path("devices/boxes/", entering.boxes, name="boxes"),
    path("devices/claim/", entering.claim, name="claim"),
    path("devices/holds/", holding.holds, name="holds"),
    path("devices/holds/<int:number>/", holding.hold, name="hold"),
    path(ONE, looking.device, name="device"),
    path(f"{ONE}facts/", keeping.facts, name="facts"),
    path(f"{ONE}token/", keeping.token, name="token"),
    path(f"{ONE}certificate/", keeping.certificate, name="certificate"),
    path(f"{ONE}revoke/", keeping.revoke, name="revoke"),
    path(f"{ONE}twins/<device:measure>/", keeping.twin, name="twin"),
    path("work/", node.failed, name="failed"),
    path("work/<int:number>/", node.wake, name="wake"),
    path("public/", node.public, name="public"),
    path("public/publish/", node.publish, name="publish"),
    path("public/<uuid:right>/withdraw/", node.withdraw, name="withdraw"),
]
