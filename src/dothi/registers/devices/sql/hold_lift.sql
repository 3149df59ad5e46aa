update telemetry.hold set lifted_by = %(order)s, lifted_at = %(at)s where number = %(number)s
