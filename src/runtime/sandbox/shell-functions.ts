/**
 * Functions in the language of a POSIX shell, for the scripts that make containers and enter them. `$root` is
 * where the root directory of the container lies for the shell, which itself stays in the machine's: its programs
 * need not be in a container's image.
 */

/**
 * `resolve PATH` sets `$resolved` to the path without symbolic links, each of which begins again at `$root`
 * where it is absolute: the kernel would take it from the shell's own root. 40 are followed, as by the kernel. Links
 * in the shell's own /run are hitless's, and no container has them.
 */
export const RESOLVE = `
resolve() {
  unresolved=$1
  resolved=
  links=0
  while [ -n "$unresolved" ]; do
    case $unresolved in /*) unresolved=\${unresolved#/}; continue ;; esac
    part=\${unresolved%%/*}
    case $unresolved in */*) unresolved=\${unresolved#*/} ;; *) unresolved= ;; esac
    case $part in
      .) continue ;;
      ..) resolved=\${resolved%/*}; continue ;;
    esac
    if [ -L "$root$resolved/$part" ] && [ "$root$resolved" != /run ] && [ "$links" -lt 40 ]; then
      links=$((links + 1))
      # The kernel's way needs no program.
      if [ -z "$root" ] && cd -P "$resolved/$part" 2>/dev/null && [ "\${PWD#/run/.machine}" = "$PWD" ]; then
        resolved=\${PWD%/}
        continue
      fi
      link=$(readlink "$root$resolved/$part")
      case $link in /*) resolved= ;; esac
      unresolved=$link/$unresolved
    else
      resolved=$resolved/$part
    fi
  done
}
`

/** `escape PATH` sets `$escaped` to it as a field of fstab(5). */
export const ESCAPE = `
escape() {
  escaped=$1
  case $1 in
    *[' \t\\\\#,']* | *'
'*) ;;
    *) return 0 ;;
  esac
  escaped=
  unescaped=$1
  while [ -n "$unescaped" ]; do
    character=\${unescaped%"\${unescaped#?}"}
    unescaped=\${unescaped#?}
    case $character in
      ' ') character='\\040' ;;
      '\t') character='\\011' ;;
      '
') character='\\012' ;;
      '#') character='\\043' ;;
      '\\') character='\\134' ;;
    esac
    escaped=$escaped$character
  done
}
`

/**
 * Looks for \`$1\` as execvp does inside \`$root\`, from the directory \`$directory\` and along \`$search_path\`, and ends
 * the script through \`refuse MESSAGE\` when it cannot be run, in the words of container runtimes.
 */
export const REFUSE_UNLESS_EXECUTABLE = `
find_inside() {
  case $1 in
    /*) found=$root$1 ;;
    *) found=$root$directory/$1 ;;
  esac
  [ -f "$found" ] && [ -x "$found" ] && return 0
  resolve "\${found#"$root"}"
  found=$root$resolved
}
program=
case $1 in
  */*)
    find_inside "$1"
    [ -e "$found" ] || refuse "exec: \\"$1\\": stat $1: no such file or directory"
    program=$found
    ;;
  *)
    search_path=$search_path:
    while [ -z "$program" ] && [ -n "$search_path" ]; do
      candidate=\${search_path%%:*}
      candidate=\${candidate:-.}/$1
      search_path=\${search_path#*:}
      find_inside "$candidate"
      if [ -f "$found" ] && [ -x "$found" ]; then program=$found; fi
    done
    [ -n "$program" ] || refuse "exec: \\"$1\\": executable file not found in \\$PATH"
    ;;
esac
if [ ! -f "$program" ] || [ ! -x "$program" ]; then refuse "exec: \\"$1\\": permission denied"; fi
`
