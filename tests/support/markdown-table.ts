/** As prettier writes tables: every column as wide as its widest cell. The first row is the head. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const rule = widths.map((width) => '-'.repeat(width))
  const lines = [head, rule, ...body].map((row) => {
    const cells = widths.map((width, column) => (row[column] ?? '').padEnd(width))
    return `| ${cells.join(' | ')} |`
  })
  return `${lines.join('\n')}\n`
}
