"""
Subscriptions and notifications (clause 5.8), apart from HTTP requests.

    notifier       hears of changes, finds who wants them, keeps the clock of the periodic ones
    lanes          what waits for one subscriber: in order, bounded, tried again
    endpoints      how a notification travels: HTTP, MQTT; and to which addresses none does
    notification   what a notification says (clause 5.3.1)
    index          which subscriptions a change may concern, without looking at all of them
    difference     what is new, other or gone between two states of an entity
    subscription   one subscription, ready to be asked whether a change concerns it
    members        reading and writing the Subscription of requests (clauses 5.2.12 to 5.2.15)

Stored form of a subscription: the members of clause 5.2.12 as they were told, with IRIs for names;
`q` and `csf` are {"text", "context"}, for they are read under the @context with which they came.
"""
