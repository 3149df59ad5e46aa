"""
Vault: every digitised result of a person, kept, and reused by the next procedure with consent.

    from dothi.vault.actions import deposit, give_consent, reuse, revoke, withdraw_consent
    from dothi.vault.queries import result, results_of, reuses_flagged, satisfying, uses_of

Law: Decree 224/2026/ND-CP, art. 14 and 23 (ask once); Law 91/2025/QH15 (consent per purpose, provable,
silence is not consent). Reasons: docs/explanation/vault.md.
"""
