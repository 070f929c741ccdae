/** `directory/name` as a user would write it; in the current directory (`.`) the bare name. */
export function joinPath(directory: string, name: string): string {
  if (name.startsWith('/')) return name
  const plain = name.replace(/^(\.\/)+/, '')
  if (plain === '' || plain === '.') return directory
  if (directory === '' || directory === '.') return plain
  return directory.endsWith('/') ? `${directory}${plain}` : `${directory}/${plain}`
}

/** The directory of a file's path; `.` for a bare name. */
export function directoryOf(path: string): string {
  const end = path.lastIndexOf('/')
  if (end < 0) return '.'
  return end === 0 ? '/' : path.slice(0, end)
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Without `.`, `..` and doubled slashes; for absolute paths, `..` ends at the root. */
export function normalizePath(path: string): string {
  const isAbsolute = path.startsWith('/')
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue
    const canGoUp = steps.length > 0 && steps.at(-1) !== '..'
    if (step !== '..') steps.push(step)
    else if (canGoUp) steps.pop()
    else if (!isAbsolute) steps.push('..')
  }
  return isAbsolute ? `/${steps.join('/')}` : steps.join('/') || '.'
}
