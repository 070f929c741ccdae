type MaskCell = (text: string, column: string) => string

/**
 * Masks a text line by line, and tables cell by cell. A masked cell has another width than the original,
 * which moves every column right of it; so the table is laid out anew, each column as much wider than its
 * widest cell as it was.
 */
export function maskTables(text: string, mask: MaskCell): string {
  const lines = text.split('\n')
  const masked: string[] = []
  let index = 0
  while (index < lines.length) {
    const table = tableAt(lines, index)
    if (table.length < 2) {
      masked.push(mask(lines[index] ?? '', ''))
      index += 1
    } else {
      masked.push(...maskTable(table, mask))
      index += table.length
    }
  }
  return masked.join('\n')
}

function tableAt(lines: readonly string[], start: number): string[] {
  const header = lines[start] ?? ''
  const starts = columnStarts(header)
  const underlined = /^ *-+(?: +-+)+ *$/.test(lines[start + 1] ?? '')
  if (starts.length < 2 || !(underlined || /^[A-Z][A-Z()/ -]+$/.test(header))) return []
  const end = lines.findIndex((line, index) => index > start && !fits(line, starts))
  return lines.slice(start, end === -1 ? lines.length : end)
}

function columnStarts(header: string): number[] {
  const later = [...header.matchAll(/ {2,}(?=\S)/g)].map(
    ({ 0: spaces, index }) => index + spaces.length,
  )
  return /^\S/.test(header) ? [0, ...later] : later
}

/** A row has a space before each column that it reaches. */
function fits(line: string, starts: readonly number[]): boolean {
  return (
    line.trim() !== '' &&
    starts.every((start) => start === 0 || /^$|\s/.test(line[start - 1] ?? ''))
  )
}

function maskTable(rows: readonly string[], mask: MaskCell): string[] {
  const starts = columnStarts(rows[0] ?? '')
  const cells = rows.map((row) =>
    starts.map((start, column) => row.slice(column === 0 ? 0 : start, starts[column + 1])),
  )
  const header = cells[0] ?? []
  const trimmed = cells.map((row) =>
    row.map((cell, column) => trimCell(cell, column, starts.length)),
  )
  const masked = trimmed.map((row, index) =>
    row.map((cell, column) => (index === 0 ? cell : mask(cell, (header[column] ?? '').trim()))),
  )
  const gaps = starts.slice(1).map((start, column) => {
    const width = start - (column === 0 ? 0 : (starts[column] ?? 0))
    return width - widest(trimmed, column)
  })
  return masked.map((row) =>
    row
      .map((cell, column) => {
        const gap = gaps[column]
        return gap === undefined ? cell : cell.padEnd(widest(masked, column) + gap)
      })
      .join(''),
  )
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return Math.max(...rows.map((row) => (row[column] ?? '').length))
}

/** The last cell keeps what follows it: some commands end their rows in spaces. */
function trimCell(cell: string, column: number, columns: number): string {
  return column === columns - 1 ? cell : cell.trimEnd()
}
