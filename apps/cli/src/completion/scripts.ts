/** What a shell loads to complete; each asks `racewalk complete`. Where it has no answer, files are completed. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# eval "$(racewalk completion bash)"
_racewalk() {
  local line="\${COMP_LINE:0:COMP_POINT}" words cut IFS=$' \\t\\n'
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  # bash ends a word at a colon, and puts in what stands behind it.
  cut="\${words[-1]%"\${words[-1]##*:}"}"
  IFS=$'\\n'
  COMPREPLY=($(racewalk complete -- "\${words[@]:1}" 2>/dev/null))
  COMPREPLY=("\${COMPREPLY[@]#"$cut"}")
}
complete -o default -F _racewalk racewalk
`,
  zsh: `#compdef racewalk
# eval "$(racewalk completion zsh)"
_racewalk() {
  local -a found
  found=("\${(@f)$(racewalk complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _racewalk racewalk
`,
  fish: `# racewalk completion fish | source
function __racewalk
  set -l found (racewalk complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if set -q found[1]; printf '%s\\n' $found; else; __fish_complete_path (commandline -ct); end
end
complete -c racewalk -f -a '(__racewalk)'
`,
};
