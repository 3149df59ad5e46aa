-- Order one paper. No row comes back when its id is there already.
insert into papers_paper (id, kind, about, owner, status, failure, ordered_at)
values (%(id)s, %(kind)s, %(about)s, %(owner)s, %(status)s, '', %(at)s)
on conflict (id) do nothing
returning id
