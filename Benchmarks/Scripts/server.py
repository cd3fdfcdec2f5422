"""A throw-away PostgreSQL for benchmarks."""
import glob, os, pwd, shutil, subprocess, tempfile, time


class Server:
    """A cluster on a unix socket, gone when the block ends."""

    def __init__(self, **settings):
        self.settings = settings

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="martlet-bench-")
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [os.path.dirname(shutil.which("postgres") or "")]
        self.binaries = binaries[-1]
        self.user = None
        if os.getuid() == 0:
            self.user = pwd.getpwnam("postgres")
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        data = os.path.join(self.folder, "data")
        self.run("initdb", "-N", "-A", "trust", "-U", "postgres", "-D", data)
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [os.path.join(self.binaries, "postgres"), "-D", data, "-k", self.folder, "-h", "", *settings],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=self.drop)
        self.environment = {**os.environ, "PGHOST": self.folder, "PGUSER": "postgres", "PGDATABASE": "postgres"}
        for _ in range(200):
            if subprocess.run(["pg_isready", "-q"], env=self.environment).returncode == 0:
                break
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def drop(self):
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)

    def run(self, name, *arguments):
        subprocess.run([os.path.join(self.binaries, name), *arguments], check=True, preexec_fn=self.drop, cwd=self.folder,
                       stdout=subprocess.DEVNULL)

    def sql(self, text):
        """Runs statements and returns the rows of the last as text, unaligned."""
        return subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1"], input=text, env=self.environment, check=True,
                              capture_output=True, text=True).stdout.strip()

    def pgbench(self, *arguments):
        return subprocess.run([os.path.join(self.binaries, "pgbench"), "-n", *arguments], env=self.environment,
                              check=True, capture_output=True, text=True).stdout
