"""
A demonstration identity provider shaped like VNeID: a process, port, user table and key of its own.

It speaks OpenID Connect Core 1.0 (authorization code), PKCE S256 (RFC 7636), private_key_jwt
(RFC 7523) and RP-Initiated Logout 1.0, and nothing else. It asks for no password, because it
vouches for nobody real; therefore it starts only with --demo.
"""
