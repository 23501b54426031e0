var __addDisposableResource = (this && this.__addDisposableResource) || function (env, value, async) {
    if (value !== null && value !== void 0) {
        if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
        var dispose, inner;
        if (async) {
            if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
            dispose = value[Symbol.asyncDispose];
        }
        if (dispose === void 0) {
            if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
            dispose = value[Symbol.dispose];
            if (async) inner = dispose;
        }
        if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
        if (inner) dispose = function() { try { inner.call(this); } catch (e) { return Promise.reject(e); } };
        env.stack.push({ value: value, dispose: dispose, async: async });
    }
    else if (async) {
        env.stack.push({ async: true });
    }
    return value;
};
var __disposeResources = (this && this.__disposeResources) || (function (SuppressedError) {
    return function (env) {
        function fail(e) {
            env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
            env.hasError = true;
        }
        var r, s = 0;
        function next() {
            while (r = env.stack.pop()) {
                try {
                    if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
                    if (r.dispose) {
                        var result = r.dispose.call(r.value);
                        if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) { fail(e); return next(); });
                    }
                    else s |= 1;
                }
                catch (e) {
                    fail(e);
                }
            }
            if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
            if (env.hasError) throw env.error;
        }
        return next();
    };
})(typeof SuppressedError === "function" ? SuppressedError : function (error, suppressed, message) {
    var e = new Error(message);
    return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
/** A program of this repository, as built, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';
/** Of each stream so much is kept, the latest: a program that logs for ever does not fill memory. */
const KEPT_CHARACTERS = 4 * 1024 * 1024;
export class Program {
    name;
    #child;
    #ended;
    #ending;
    #stdout = '';
    #stderr = '';
    constructor(name, args, options = {}) {
        this.name = `${name} ${args.join(' ')}`;
        const launcher = fileURLToPath(new URL(`../../../apps/${name}/bin/${name}.js`, import.meta.url));
        this.#child = spawn(process.execPath, [launcher, ...args], { env: { ...plainEnvironment(), ...options.env } });
        this.#child.stdout.setEncoding('utf8').on('data', (text) => {
            this.#stdout = (this.#stdout + text).slice(-KEPT_CHARACTERS);
        });
        this.#child.stderr.setEncoding('utf8').on('data', (text) => {
            this.#stderr = (this.#stderr + text).slice(-KEPT_CHARACTERS);
        });
        this.#child.stdin.on('error', () => { }); // a program that ended does not read; how it ended is what tests look at
        if (options.input !== undefined)
            this.#child.stdin.end(options.input);
        this.#ended = once(this.#child, 'close').then(([code, signal]) => {
            this.#ending = { code: code, signal: signal, stdout: this.#stdout, stderr: this.#stderr };
            return this.#ending;
        });
    }
    /** Runs a program to its end. @throws {Error} when that takes more than a minute */
    static async run(name, args, options = {}) {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
            const program = __addDisposableResource(env_1, new Program(name, args, { input: '', ...options }), true);
            return await program.ended(60000);
        }
        catch (e_1) {
            env_1.error = e_1;
            env_1.hasError = true;
        }
        finally {
            const result_1 = __disposeResources(env_1);
            if (result_1)
                await result_1;
        }
    }
    get pid() {
        return this.#child.pid;
    }
    get stdout() {
        return this.#stdout;
    }
    get stderr() {
        return this.#stderr;
    }
    /** Undefined while it runs. */
    get ending() {
        return this.#ending;
    }
    kill(signal) {
        this.#child.kill(signal);
    }
    endInput() {
        this.#child.stdin.end();
    }
    /** How it ended. @throws {Error} with its last words when it has not after `timeoutMs` */
    async ended(timeoutMs = 20000) {
        try {
            return await until(`${this.name} ends`, () => this.#ending, { timeoutMs });
        }
        catch (cause) {
            throw new Error(`${this.name} runs on; it said:\n${this.#stderr.slice(-4000)}`, { cause });
        }
    }
    /** Resolves once `text` stands in what it said on `stream`. @throws {Error} when it ended without, or after 20 s */
    async says(text, stream = 'stdout') {
        await until(`${this.name} says ${text} on ${stream}`, () => {
            const said = stream === 'stdout' ? this.#stdout : this.#stderr;
            const isSaid = typeof text === 'string' ? said.includes(text) : text.test(said);
            if (!isSaid && this.#ending !== undefined)
                throw new Error(`${this.name} ended without saying ${text}: ${JSON.stringify(this.#ending)}`);
            return isSaid;
        });
    }
    /** Ends it the hard way, if it runs still. */
    async [Symbol.asyncDispose]() {
        if (this.#ending === undefined)
            this.#child.kill('SIGKILL');
        await this.#ended;
    }
}
/** Nothing of the user's own: no configuration folder, no address of a daemon. */
function plainEnvironment() {
    const { PATH, TMPDIR } = process.env;
    return { PATH, TZ: 'UTC', ...(TMPDIR === undefined ? {} : { TMPDIR }) };
}
