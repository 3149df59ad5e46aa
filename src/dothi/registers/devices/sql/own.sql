-- A device of which an official has said something is somebody's, and no import says otherwise of it.
update telemetry.device set owner = %(owner)s where id = %(id)s and owner = ''
