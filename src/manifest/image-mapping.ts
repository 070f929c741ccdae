import type { ImageMapping } from './settings.ts'

/** How an image runs as a process, once its tag is known. */
export interface ResolvedImage {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Empty: as in the archive. */
  readonly workingDir: string
  readonly stopSignal?: string
  /** The archive that says the rest. */
  readonly archive?: string
  readonly rootDirectory?: string
}

/**
 * The first mapping whose pattern fits the image, with `{tag}` filled in; undefined when none fits.
 * An image without a tag has the tag `latest`, and fits patterns with and without it.
 */
export function resolveImage(
  mappings: readonly ImageMapping[],
  image: string,
): ResolvedImage | undefined {
  const tag = tagOf(image)
  const spellings = tag === undefined ? [image, `${image}:latest`] : [image]
  const mapping = mappings.find(({ pattern }) =>
    spellings.some((spelling) => matchesPattern(pattern, spelling)),
  )
  if (mapping === undefined) return undefined
  const fillIn = (text: string): string => text.replaceAll('{tag}', tag ?? 'latest')
  return {
    command: mapping.command.map(fillIn),
    env: Object.fromEntries(
      Object.entries(mapping.env).map(([name, value]) => [name, fillIn(value)]),
    ),
    workingDir: workingDirOf(mapping, fillIn),
    ...(mapping.archive === undefined ? {} : { archive: mapping.archive }),
    ...(mapping.root === undefined ? {} : { rootDirectory: fillIn(mapping.root) }),
    ...(mapping.stopSignal === undefined ? {} : { stopSignal: mapping.stopSignal }),
  }
}

function workingDirOf(
  { workingDir, root }: ImageMapping,
  fillIn: (text: string) => string,
): string {
  return workingDir === '' && root !== undefined ? '/' : fillIn(workingDir)
}

/** `registry:5000/app:v1@sha256:…` has the tag `v1`; the port of a registry is none. */
export function tagOf(image: string): string | undefined {
  const [reference = ''] = image.split('@', 1)
  return /:([^:/]+)$/.exec(reference)?.[1]
}

/** `*` stands for any characters, also none; everything else for itself. */
function matchesPattern(pattern: string, image: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return image === pattern
  const last = rest.pop() ?? ''
  if (!image.startsWith(first) || !image.endsWith(last)) return false
  let position = first.length
  for (const part of rest) {
    const found = image.indexOf(part, position)
    if (found < 0) return false
    position = found + part.length
  }
  return position <= image.length - last.length
}
