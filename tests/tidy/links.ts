import { posix } from 'node:path'
import { lineAt } from './source-text.ts'
import type { Offence, TreeFile } from './tree.ts'

export interface Link {
  readonly from: string
  readonly line: number
  readonly target: string
}

/** Links of a Markdown file to places in the repository, inline or by reference; not to the web. */
export function linksOf({ path, text }: TreeFile): Link[] {
  const prose = text
    .replaceAll(/^(```|~~~)[^]*?^\1/gm, blank)
    .replaceAll(/(`+)[^`\n]+\1/g, blank)
    .replaceAll(/^ {4}.*$/gm, blank)
  const found = [
    ...prose.matchAll(/\]\(<?([^\s)>]+)>?(?:\s+"[^"]*")?\)/g),
    ...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm),
  ]
  return found
    .map(({ 1: target = '', index }) => ({ from: path, line: lineAt(text, index), target }))
    .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
}

/** Links to files and headings that are not there. `isThere` also knows files that are no text. */
export function findBrokenLinks(
  files: readonly TreeFile[],
  isThere: (path: string) => boolean,
): Offence[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]))
  return [...texts]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) => linksOf({ path, text }))
    .flatMap(({ from, line, target }) => {
      const [file = '', anchor] = target.split('#')
      const path = file === '' ? from : posix.normalize(posix.join(posix.dirname(from), file))
      if (!isThere(path)) return [`${from}:${line} links to ${target}, which is not there`]
      const text = texts.get(path)
      if (anchor === undefined || text === undefined || !path.endsWith('.md')) return []
      if (headingsOf(text).has(anchor)) return []
      return [`${from}:${line} links to ${target}, which has no such heading`]
    })
}

/** The anchors that a Markdown page has, as GitHub forms them. */
function headingsOf(text: string): ReadonlySet<string> {
  const anchors = [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(({ 1: heading = '' }) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(({ 1: name = '' }) => name)
  return new Set([...anchors, ...named])
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}
