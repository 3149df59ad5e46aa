-- How many readings a span has, counted no further than $3.
select count(*) from (select from telemetry.reading where at >= $1 and at < $2 limit $3) as found
