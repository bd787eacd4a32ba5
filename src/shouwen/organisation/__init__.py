"""The organisation (机构与人员): units, departments, staff, duties, contacts A and B."""
