// The interpreter asks for the package "vega-util"; Vega itself, already loaded, holds the same functions.
const { ascending, isString, DisallowedObjectProperties } = globalThis.vega;
export { ascending, isString, DisallowedObjectProperties };
