/**
 * The script of `hitless complete bash`. It needs no function of the package bash-completion. What bash has split at `=` and
 * `:` (COMP_WORDBREAKS) is put together again, and candidates are compared with the part behind the last of them, which is
 * the part that bash replaces. A path with `./` is the command that is asked, too, so that a checkout completes itself.
 */
export function bashCompletion(name: string): string {
  const complete = `__${name}_complete`
  return `# bash completion for ${name}
${complete}() {
    local word last='' joined='' out directive candidate
    local -a words=()
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ -n $last && $word =~ ^[=:]+$ || $joined ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        joined=''
        [[ -n $last && $word =~ ^[=:]+$ ]] && joined=yes
        last=$word
    done
    COMPREPLY=()
    out=$("\${1/#\\~/$HOME}" complete -- "\${words[@]}" 2>/dev/null) || return
    directive=\${out##*:}
    # 4: no files. Else they are offered when there is nothing else, by "-o default".
    [[ $directive =~ ^[0-9]+$ ]] && ((directive & 4)) && compopt +o default 2>/dev/null
    last=\${words[-1]}
    last=\${last##*[=:]}
    while IFS= read -r candidate; do
        candidate=\${candidate%%$'\\t'*}
        [[ -n $candidate && $candidate != :* && $candidate == "$last"* ]] && COMPREPLY+=("$candidate")
    done <<<"$out"
    return 0
}
complete -o default -F ${complete} ${name}
`
}
