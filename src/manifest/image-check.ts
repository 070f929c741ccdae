import type { Container } from '../api/pod.ts'
import { locate, type SourcedObject } from '../api/sourced-object.ts'
import type { Finding, Location } from '../base/finding.ts'
import { originOf, type CrossCheckContext } from './cross-check-context.ts'
import { resolveImage, tagOf } from './image-mapping.ts'
import { finding } from './new-finding.ts'
import { nameOf } from './object-check.ts'
import type { Change, Settings } from './settings.ts'
import { containersOf } from './sourced.ts'
import { didYouMean } from './suggestion.ts'

/** Images that nothing says how to run: of the manifests, and of the change. */
export function findUnmappedImages(
  objects: readonly SourcedObject[],
  changed: SourcedObject | undefined,
  settings: Settings,
  context: CrossCheckContext,
): readonly Finding[] {
  return [
    ...objects.flatMap((sourced) => [
      ...ofObject(sourced, 'initContainers', settings),
      ...ofObject(sourced, 'containers', settings),
    ]),
    ...(changed === undefined || settings.change.kind !== 'set-image'
      ? []
      : ofChange(settings.change, changed, settings, context)),
  ]
}

function ofObject(
  sourced: SourcedObject,
  list: 'containers' | 'initContainers',
  settings: Settings,
): readonly Finding[] {
  const { containers, pointer } = containersOf(sourced, list)
  return containers.flatMap((container, index) => {
    if (canRun(container, container.image ?? '', settings)) return []
    const location =
      locate(sourced, `${pointer}/${index}/image`) ?? locate(sourced, `${pointer}/${index}`)
    const role = list === 'containers' ? 'container' : 'init container'
    const subject = `${nameOf(sourced.object)}: ${role} "${container.name}"`
    return [unmapped(subject, container.image ?? '', location)]
  })
}

function ofChange(
  change: Extract<Change, { readonly kind: 'set-image' }>,
  changed: SourcedObject,
  settings: Settings,
  context: CrossCheckContext,
): readonly Finding[] {
  const { containers } = containersOf(changed)
  const names = containers.map(({ name }) => name)
  return Object.entries(change.images).flatMap(([name, image]) => {
    const container = containers.find((known) => known.name === name)
    const key = 'change.setImage'
    const places = [`${key}.deployment/${change.deployment}.${name}`, key]
    const { name: origin, location } = originOf(context, key, places)
    if (container === undefined) {
      const message = `${origin}: ${nameOf(changed.object)} has no container ${JSON.stringify(name)}`
      const hint = didYouMean(name, names) ?? `there are ${names.join(', ')}`
      return [finding('unknown-container', 'error', message, { location, hint })]
    }
    if (canRun(container, image, settings)) return []
    return [unmapped(`${origin}: container "${name}"`, image, location)]
  })
}

/** The manifest's own command wins over the image's, so with one no mapping is needed. */
function canRun({ command = [] }: Container, image: string, { images }: Settings): boolean {
  if (command.length > 0 || image === '') return true
  const resolved = resolveImage(images, image)
  return resolved?.archive !== undefined || (resolved?.command ?? []).length > 0
}

function unmapped(subject: string, image: string, location: Location | undefined): Finding {
  const tag = tagOf(image)
  const pattern = tag === undefined ? image : `${image.slice(0, image.lastIndexOf(`:${tag}`))}:*`
  return finding(
    'image-without-command',
    'error',
    `${subject}: nothing says how the image ${JSON.stringify(image)} runs as a process`,
    {
      location,
      hint: `write in hitless.yaml: images: { ${JSON.stringify(pattern)}: { command: [program, argument] } }`,
    },
  )
}
