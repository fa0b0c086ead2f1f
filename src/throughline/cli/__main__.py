"""`python -m throughline.cli`, where the console script is not on the path."""

from throughline.cli.main import main

main()
