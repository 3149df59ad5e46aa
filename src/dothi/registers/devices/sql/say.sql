-- What an official says of a device.
update telemetry.device
set profile = %(profile)s, name_vi = %(name_vi)s, name_en = %(name_en)s, lon = %(lon)s, lat = %(lat)s,
    ward_code = %(ward_code)s, group_name = %(group)s, contract = %(contract)s
where id = %(id)s
