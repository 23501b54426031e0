/** Version of the JSON-RPC contract, by semantic versioning: methods and fields that are added make a minor one. */
export const RPC_VERSION: string = '1.7.0'
