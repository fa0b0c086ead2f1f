"""Training needs: asked of jurisdictions, put together per country, ranked by a stated method, reviewed, validated.

Nothing here is anybody's own formula: scales, weights, missing rule, country weighting, cut-off, estimate, order of ties
and rounding are parameters that people lay down as data, and every number is printed with the formula that made it.
Urgent needs go another way, as proposals for a rapid response.
"""
