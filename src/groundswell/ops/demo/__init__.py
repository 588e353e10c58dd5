"""The demo: the real case of July 2016 that this was made for, told with made-up supporters."""
