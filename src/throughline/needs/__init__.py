"""Training needs: exercises that ask jurisdictions what they need (by rounds), and proposals for rapid response.

Weights, cut-offs and tie-breaks are versioned data of a method, printed beside each number. No formula here is
presented as an agency's own.
"""
