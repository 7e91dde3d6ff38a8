import { manifest } from '../artifacts/collector.js'
import { LEFT_OUT } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { inputItself } from '../model/input.js'

/** Whether what is not in the input is not on the machine: every place was looked at, there or while the bundle was made. */
export const wholeMachine = fact({
  id: 'wholeMachine',
  needs: { input: inputItself },
  optional: { own: manifest },
  compute: ({ input, own }): boolean =>
    !input.torn &&
    !input.problems.some(({ code }) => code === LEFT_OUT) &&
    (input.kind === 'host' || own?.good.some(({ value }) => value.everyPlace) === true),
})
