/// The shell script that owns a private server.
///
/// It runs one command for each line it reads and answers with the exit status. The far end of its standard input is
/// held by the process that started it and by no other: at end of file, however that process ended, it stops the
/// servers and removes the folder. It is the parent of the servers, so their process numbers cannot be another's.
enum PrivatePostgresScript {
    /// The text; its first argument is the folder's parent.
    ///
    /// Only what POSIX and every Linux have.
    static let text = #"""
        # Of 5 ms each, and the time it takes to look.
        tries_max=4000
        # PIPE: whoever asked may be gone before the answer, and then the servers must still be stopped.
        trap '' HUP INT TERM PIPE
        cd /
        folder=$(mktemp -d "$1/martlet-pg-XXXXXX") || exit 1
        chmod 700 "$folder"
        output=$folder/output
        primary= replica= as=
        if [ "$(id -u)" = 0 ]; then
            owner=postgres
            id postgres >/dev/null 2>&1 || owner=nobody
            group=$(id -gn "$owner")
            chown "$owner:$group" "$folder"
            as="setpriv --reuid=$owner --regid=$group --init-groups --reset-env"
        fi

        find_binaries() {
            newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t / -k 5 -rn | head -n 1)
            IFS=:
            for bin in "$(pg_config --bindir 2>/dev/null)" "$newest" $PATH; do
                [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && [ -x "$bin/psql" ] && break
                bin=
            done
            unset IFS
            [ -n "$bin" ] && printf %s "$bin"
        }

        make_cluster() {
            $as "$bin/initdb" -D "$folder/primary" -U postgres -A trust -E UTF8 --locale="$1" -N --no-instructions
        }

        # The file may still be the one that a killed server has left.
        is_ready() {
            [ -f "$1" ] || return 1
            first= last=
            while read -r line; do
                first=${first:-$line}
                last=$line
            done <"$1"
            [ "$first" = "$pid" ] && [ "$last" = ready ]
        }

        # $1 primary or replica, $2 port.
        start() {
            $as "$bin/postgres" -D "$folder/$1" -k "$folder" -p "$2" >>"$folder/$1.log" 2>&1 &
            pid=$!
            eval "$1=$pid"
            tries=0
            until is_ready "$folder/$1/postmaster.pid"; do
                tries=$((tries + 1))
                if [ "$tries" -gt "$tries_max" ]; then
                    echo 'it was not ready in time' >>"$folder/$1.log"
                    end "$1" QUIT
                    return 1
                fi
                # Without `jobs` a child that has ended would answer to its number.
                jobs >/dev/null
                kill -0 "$pid" 2>/dev/null || { eval "$1="; return 1; }
                sleep 0.005
            done
        }

        # $1 primary or replica, $2 signal.
        end() {
            eval "pid=\$$1"
            [ -n "$pid" ] || return 0
            kill -"$2" "$pid" 2>/dev/null
            wait "$pid"
            eval "$1="
            return 0
        }

        # After a crash the kernel keeps the few bytes by which a server claims its folder: line 7 of postmaster.pid.
        # A server that is started again must wait until the sessions of the old one have gone.
        forget_shared_memory() {
            if [ -f "$folder/$1/postmaster.pid" ]; then
                segment=$(sed -n '7s/.* //p' "$folder/$1/postmaster.pid")
                [ -n "$segment" ] && ipcrm -m "$segment" 2>/dev/null
            fi
            return 0
        }

        make_replica() {
            $as "$bin/pg_basebackup" -h "$folder" -p 5432 -U postgres -D "$folder/replica" -R -C -S replica -c fast -N
        }

        make_backup() {
            $as "$bin/pg_basebackup" -h "$folder" -p 5432 -U postgres -D "$folder/backup" -c fast -N
        }

        # $1 alone or replayed, then lines of postgresql.conf.
        restore_backup() {
            end replica INT
            rm -rf "$folder/replica"
            $as cp -a "$folder/backup" "$folder/replica" || return 1
            [ "$1" = alone ] || $as touch "$folder/replica/recovery.signal" || return 1
            shift
            printf '%s\n' "$@" >>"$folder/replica/postgresql.conf"
        }

        # $1 port, $2 database, $3 SQL.
        query() {
            "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$folder" -p "$1" -U postgres -d "$2" -c "$3"
        }

        printf '%s\n' "$folder"
        while IFS= read -r command; do
            eval "$command" </dev/null >"$output" 2>&1
            printf '%s\n' "$?"
        done
        for server in replica primary; do
            end "$server" QUIT
            forget_shared_memory "$server"
        done
        rm -rf "$folder"
        """#
}
