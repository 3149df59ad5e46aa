-- What an official says of a device; from then on it is somebody's, and no import says otherwise.
update telemetry.device
set profile = %(profile)s, name_vi = %(name_vi)s, name_en = %(name_en)s, lon = %(lon)s, lat = %(lat)s,
    ward_code = %(ward_code)s, group_name = %(group)s, contract = %(contract)s, owner = %(owner)s
where id = %(id)s
