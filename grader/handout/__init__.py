"""What students receive, and the parts of it that packs for grading platforms share."""
