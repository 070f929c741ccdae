/** What is masked in the output of some commands alone. */
export function maskCommand(args: readonly string[], text: string): string {
  if (args[0] === 'explain') return withoutProse(text)
  if (args.includes('--no-headers')) return withoutWidths(text)
  return text
}

/** Leaves the names, the types and the values of fields: what describes them is Kubernetes' text. */
function withoutProse(text: string): string {
  return text
    .split('\n')
    .filter((line) => !isProse(line))
    .join('\n')
}

function isProse(line: string): boolean {
  return /^ {4}/.test(line) && !line.includes('\t<') && !/^ *enum:/.test(line)
}

/** Without its header a table is not known as one, and its widths follow from what is masked. */
function withoutWidths(text: string): string {
  return text.replace(/ {3,}/g, '   ')
}
