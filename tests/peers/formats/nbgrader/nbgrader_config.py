"""nbgrader's own file of settings: times are the defaults, and what runs is not logged cell by cell."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "peers"
c.Application.log_level = "WARN"
