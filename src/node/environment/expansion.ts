/**
 * Replaces `$(NAME)` by its value; a name that is unknown stays as it is written, and `$$` stands for
 * one `$`, so that `$$(NAME)` gives the text `$(NAME)`.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expandReferences(
  text: string,
  lookUp: (name: string) => string | undefined,
): string {
  return text.replaceAll(
    /\$(\$|\(([^)]*)\))/g,
    (written, after: string, name: string | undefined) => {
      if (after === '$') return '$'
      return lookUp(name ?? '') ?? written
    },
  )
}
