"""What tests of all apps share: small worlds of people and records, and the tests every resource inherits.

The program itself never imports it.
"""
