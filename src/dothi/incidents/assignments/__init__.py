"""What a center asks of an agency in an incident: given with a deadline, accepted, done or withdrawn."""
