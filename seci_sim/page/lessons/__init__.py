"""Lessons: a question for a class, a bet, one thing to change, and what to make of what was seen.

The files beside this one are the lessons that come with the program. `lesson` says what a lesson is;
`lesson_files` finds and reads one, with the same care for mistakes as scenarios and experiments.
"""

from seci_sim.page.lessons.lesson import Bet, Lesson
from seci_sim.page.lessons.lesson_files import read_lesson, shipped_lessons

__all__ = ["Bet", "Lesson", "read_lesson", "shipped_lessons"]
