r"""The theory: what there is to know, who knows it, and the four modes of knowledge conversion.

Each mode is a file (Nonaka and Takeuchi 1995):

============ ========================= =========================
from \\ to    tacit                     explicit
============ ========================= =========================
tacit        `socialization`           `externalization`
explicit     `internalization`         `combination`
============ ========================= =========================

A mode is plain arithmetic on arrays, given who met whom: its *ba* (Nonaka and
Konno 1998), *originating*, *dialoguing*, *systemising* or *exercising*, in which who lacks the hours is
passed over. It writes only the form of
knowledge that its cell of the matrix names. Around them stand the four assets (`knowledge`), what patients
need (`world`), who there is (`firm`), what patients get (`service`), what is measured (`measures`,
`records`), and the order of a `week`.
"""
