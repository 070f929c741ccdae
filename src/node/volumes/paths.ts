/** `directory/name`, both without `..`; the names of Linux paths alone count here. */
export function joinPath(directory: string, name: string): string {
  return name === '' ? directory : `${directory}/${name}`.replaceAll(/\/+/g, '/')
}

/** Without doubled slashes, `.` and a slash at the end; `..` is left as it is. */
export function cleanPath(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return `${path.startsWith('/') ? '/' : ''}${names.join('/')}`
}

export function hasBackStep(path: string): boolean {
  return path.split('/').includes('..')
}

/** Whether `path` is `directory` or lies in it; both without symbolic links. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`)
}
