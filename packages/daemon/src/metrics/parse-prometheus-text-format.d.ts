declare module 'parse-prometheus-text-format' {
  export default function parsePrometheusTextFormat(text: string): { readonly name: string; readonly type: string }[]
}
