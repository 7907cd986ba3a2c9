"""Accounts (利用者): who works here, logins, helper slips."""
