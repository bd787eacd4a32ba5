"""The desk (工作台): the pages on which the staff work."""
