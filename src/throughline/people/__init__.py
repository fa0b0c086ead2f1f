"""Who has an account, what they belong to, and what they may do in which programme.

Accounts begin with an invitation by an administrator of a programme and are never deleted, so that
history stays readable: someone who leaves is deactivated. Nobody changes their own roles.
"""
