/** A field that a reader complains of where he first meets it: the same place said in two ways. */
export interface UnknownField {
  /** As Kubernetes names it: `spec.containers[0].foo`. */
  readonly path: string
  /** A JSON pointer (RFC 6901). */
  readonly pointer: string
}

export interface Complaints {
  /**
   * The keys that an object of the text has more than once, as Kubernetes names them in `duplicate field "data.a"`: each
   * once, in the order in which the second is met; items of lists are told by number.
   */
  readonly twice: readonly string[]
  /** Those and the unknown fields, which are never told as duplicates, in the order in which a reader meets them. */
  readonly inOrder: readonly string[]
}

/**
 * What a strict reader of a JSON text complains of. The text must be JSON (RFC 8259) that is not nested without end: the
 * scanner believes it. It costs no more than its length: where a key is, is followed step by step, and printed only of
 * what is told.
 */
export function findComplaints(
  text: string,
  unknown: readonly UnknownField[] = [],
  print: (open: readonly Container[]) => string = pathOf,
): Complaints {
  const root = treeOf(unknown)
  const [twice, inOrder]: [string[], string[]] = [[], []]
  meetKeys(text, root, (key, times, open) => {
    const place = open.at(-1)?.place?.children.get(key)
    if (times === 1 && place?.unmet !== undefined) {
      inOrder.push(place.unmet)
      delete place.unmet
    }
    if (times !== 2 || place?.isTold === true || twice.length === FOUND_MAX) return
    growTo(open).isTold = true
    const path = print(open)
    twice.push(path)
    inOrder.push(path)
  })
  const met = new Set(inOrder)
  return {
    twice,
    inOrder: [...inOrder, ...unknown.map(({ path }) => path).filter((path) => !met.has(path))],
  }
}

/** A place in the text that is told, or that leads to one. */
interface Place {
  readonly children: Map<string, Place>
  /** The unknown field that is here, until it is met. */
  unmet?: string
  /** Nothing more is to be said of it. */
  isTold: boolean
}

function newPlace(): Place {
  return { children: new Map(), isTold: false }
}

function treeOf(unknown: readonly UnknownField[]): Place {
  const root = newPlace()
  for (const { path, pointer } of unknown) {
    let place = root
    for (const step of pointer.split('/').slice(1)) {
      place = childOf(place, step.replaceAll('~1', '/').replaceAll('~0', '~'))
    }
    place.unmet = path
    place.isTold = true
  }
  return root
}

function childOf(place: Place, step: string): Place {
  const known = place.children.get(step)
  if (known !== undefined) return known
  const child = newPlace()
  place.children.set(step, child)
  return child
}

/** The place where the reader is, with all that lead to it. */
function growTo(open: readonly Container[]): Place {
  let place: Place | undefined
  for (const container of open) {
    container.place ??= place
    place = container.place === undefined ? undefined : childOf(container.place, stepOf(container))
  }
  return place ?? newPlace()
}

type Meet = (key: string, times: number, open: readonly Container[]) => void

/** Tells of each key how often its object has had it by now, and what is open around it. */
function meetKeys(text: string, root: Place, meet: Meet): void {
  const open: Container[] = []
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    const inner = open.at(-1)
    if (character === '{' || character === '[') {
      const place = inner === undefined ? root : inner.place?.children.get(stepOf(inner))
      open.push(
        character === '{'
          ? { type: 'object', place, keys: new Map(), key: undefined }
          : { type: 'list', place, at: 0 },
      )
    } else if (character === '}' || character === ']') open.pop()
    else if (character === ',' && inner?.type === 'list') inner.at += 1
    else if (character === ',' && inner?.type === 'object') inner.key = undefined
    else if (character === '"') {
      const end = endOfString(text, index)
      if (inner?.type === 'object' && inner.key === undefined) {
        inner.key = String(JSON.parse(text.slice(index, end + 1)))
        const times = (inner.keys.get(inner.key) ?? 0) + 1
        inner.keys.set(inner.key, times)
        meet(inner.key, times, open)
      }
      index = end
    }
  }
}

/** More help nobody. */
const FOUND_MAX = 100

/** What is open where the reader is; `place` is absent while nothing in it is told. */
export type Container = { place: Place | undefined } & (
  | /** `key` is absent between a comma and the next name. */
    { type: 'object'; readonly keys: Map<string, number>; key: string | undefined }
  | { type: 'list'; at: number }
)

function stepOf(container: Container): string {
  return container.type === 'list' ? String(container.at) : (container.key ?? '')
}

function endOfString(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && text.charAt(index) !== '"') {
    index += text.charAt(index) === '\\' ? 2 : 1
  }
  return index
}

function pathOf(open: readonly Container[]): string {
  return open
    .map((container) =>
      container.type === 'list' ? `[${container.at}]` : `.${container.key ?? ''}`,
    )
    .join('')
    .slice(1)
}
