# What `run` and `nightly`, beside this file, share. Both work on copies of the checkout in a folder of their own, and
# leave nothing behind.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

checkout=$PWD
work=$(mktemp -d)
set -m # a job in the background is a group of its own, which can be ended whole, and whose programs hear Ctrl-C
trap 'for job in $(jobs -p); do kill -- "-$job" 2>/dev/null; done; wait; rm -rf "$work"' EXIT
export PIP_CONSTRAINT=$checkout/.ci/constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=2
export PIP_COMPILE=0 # what is never imported need not be: that is most of it
export XDG_CACHE_HOME=$work/cache # compiled rules are made afresh ...
unset PYTHONDONTWRITEBYTECODE # ... and what Python reads is kept for the next of a hundred programs ...
export PIP_CACHE_DIR=${PIP_CACHE_DIR:-$HOME/.cache/pip} # ... but packages are fetched once

step() { # step TITLE COMMAND...: run it, and say how long it took
    local title=$1 start=$SECONDS
    shift
    printf '\n== %s\n' "$title"
    "$@"
    printf '== %s: %d s\n' "$title" $((SECONDS - start))
}

copy_to() { # copy_to FOLDER: what git tracks or would track, as a clone would hold it
    mkdir -p "$1"
    (
        cd "$checkout"
        git ls-files -z --cached --others --exclude-standard |
            while IFS= read -r -d '' file; do
                if [ -e "$file" ]; then printf '%s\0' "$file"; fi
            done | tar --null -T - -cf - | tar -C "$1" -xf -
    )
}

install_chromium() { # the tests that read the report with a real browser need one
    if command -v chromium >/dev/null; then
        chromium --version
    elif command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null
        chromium --version
    else
        echo 'Chromium: absent, so the tests that need it are skipped'
    fi
}

line_of_readme() { # line_of_readme ENDING: the command of the README that ends so
    grep -m 1 "^python3 -m venv .*$1\$" README.md || { echo "README.md: no command ends in $1" >&2; return 1; }
}
to_try=$(line_of_readme 'two-percent')
to_test=$(line_of_readme '-m pytest')
