"""Facts of one invented dossier that fill every template."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PERSON = {
    "name": "Nguyễn Thị An", "born_on": "2000-03-14", "sex": "Nữ", "ethnicity": "Kinh",
    "nationality": "Việt Nam", "identity": "Căn cước số 001300004873",
    "residence": "12 phố Hàng Trống, phường Hoàn Kiếm, thành phố Hà Nội",
}  # fmt: skip
FACTS: dict[str, Any] = {
    "demo": True,
    "foot": "Bộ phận một cửa phường Hoàn Kiếm",
    "agency": {"parent": "Thành phố Hà Nội", "name": "Ủy ban nhân dân phường Hoàn Kiếm"},
    "place": "Hoàn Kiếm",
    "issued_on": "2026-11-22",
    "number": "0112/TNHS",
    "code": "H26.103.25.7-261122-0112",
    "signer": {"post": "Phó Chủ tịch", "name": "Vũ Hồng Sơn", "on_behalf": "KT. CHỦ TỊCH"},
    "submitter": {"name": "Nguyễn Thị An", "address": PERSON["residence"], "phone": "0900000001"},
    "procedure": {"code": "1.004873", "name": "Cấp Giấy xác nhận tình trạng hôn nhân"},
    "tracking": {
        "url": "http://localhost:8000/tra-cuu/H26.103.25.7-261122-0112",
        "code": "H26.103.25.7-261122-0112",
        "leaf": "9f" * 32,
    },
    "components": [{"name": "Tờ khai", "originals": 1, "certified": 0, "copies": 0}],
    "sets": 1,
    "legal_time": "3 ngày làm việc",
    "received_at": "2026-11-22T10:02",
    "due_at": "2026-11-25T16:30",
    "new_due_at": "2026-11-27T16:30",
    "collect_at": "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm",
    "items": [{"name": "Tờ khai", "reason": "Chưa ghi mục đích sử dụng."}],
    "reply_by": "2026-12-22",
    "reason": "Cần xác minh với nơi cư trú trước đây.",
    "basis": "Nghị định 61/2018/NĐ-CP, điều 19.",
    "appeal": "Quý vị có quyền khiếu nại trong 90 ngày.",
    "final": False,
    "stopped_at": "2026-11-23T09:00",
    "resume_when": "Khi có kết quả xác minh.",
    "applicant": "Nguyễn Thị An",
    "person": PERSON,
    "status": "Chưa đăng ký kết hôn với ai",
    "purpose": "Kết hôn với ông Trần Văn Bình",
    "valid_until": "2027-05-22",
    "at": "2026-11-22T10:02",
    "known_at": None,
    "figures": [{"name": "Mưa lớn nhất", "value": "252 mm", "state": "nguy hiểm", "of": "Hoàn Kiếm"}],
    "incidents": {
        "rows": [{"title": "Ngập phố Hàng Bài", "facts": "SC-261122-001, lực lượng đang đến"}],
        "count": 42,
        "more": 41,
    },
    "alerts": {"rows": [], "count": 0, "more": 0},
    "warnings": {"rows": [], "count": 0, "more": 0},
    "wife": PERSON,
    "husband": {**PERSON, "name": "Trần Văn Bình"},
    "registered_at": "Ủy ban nhân dân phường Hoàn Kiếm",
    "registered_on": "2026-11-22",
}
