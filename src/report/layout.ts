/** Columns of a screen that is wide enough; what is longer is wrapped at words. */
export const WIDTH = 120

/**
 * `text` after `label`, wrapped at words, the further lines indented to where the text began.
 * A single word that is longer than a line (a path) stays whole, so that it can be clicked.
 */
export function layOut(label: string, text: string, width = WIDTH): string {
  const indent = ' '.repeat(label.length)
  const lines: string[] = []
  let line = label
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].join('\n')
}

/** Cut to `width` with an ellipsis where it is longer. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
