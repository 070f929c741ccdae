import type { Files } from '../../src/world/files.ts'

/** Files that are only a table of texts by path; what is below a path makes it a directory, with these permissions. */
export function memoryFiles(texts: Readonly<Record<string, string>>, modes = 0o755): Files {
  const paths = Object.keys(texts)
  return {
    readText: async (path) => {
      const text = texts[path]
      if (text === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' })
      return text
    },
    readBytes: refuse,
    readRange: refuse,
    sizeOf: refuse,
    allocatedSizeOf: refuse,
    writeText: refuse,
    writeBytes: refuse,
    openAppend: refuse,
    appendDecompressed: refuse,
    statusOf: async () => ({ type: 'directory', mode: modes }),
    changeMode: refuse,
    changeOwner: refuse,
    changeTime: refuse,
    makeLink: refuse,
    readLink: refuse,
    realPath: refuse,
    rename: refuse,
    makeDirectory: refuse,
    remove: refuse,
    list: async (path) => {
      const rests = paths
        .filter((known) => known.startsWith(below(path)))
        .map((known) => known.slice(below(path).length))
      const names = [...new Set(rests.map((rest) => rest.split('/')[0] ?? ''))].toSorted()
      return names.map((name) => ({ name, isDirectory: !rests.includes(name) }))
    },
    kindOf: async (path) => {
      if (texts[path] !== undefined) return 'file'
      return paths.some((known) => known.startsWith(below(path))) ? 'directory' : 'missing'
    },
  }
}

function below(path: string): string {
  return path === '.' ? '' : `${path.replace(/\/$/, '')}/`
}

function refuse(): never {
  throw new Error('these files are only read')
}
