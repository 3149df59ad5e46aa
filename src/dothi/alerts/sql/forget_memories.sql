-- Remember nothing of some things.
delete from alerts_memory where version_id = any(%(versions)s) and thing = any(%(things)s)
