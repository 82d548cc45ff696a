# Finds a JDK this project can be built and run with, and exports JAVA_HOME.
#
# Sourced by ./arpg and ./mvnw before anything else, since formatters and PIT run inside Maven's own
# JVM: a JDK chosen later, by a toolchain, would come too late. Plain POSIX sh and, as long as the
# folders hold a `release` file, no process is started.
#
# Accepted: 25.0.3 and every later 25.x. JDK 25.0.0 to 25.0.2 may move a pinned heap array under
# native code (JDK-8377811). A JRE is not enough: the build needs javac.

# Reads the version of the JDK in folder $1 into jdk_version; empty if there is no JDK.
arpg4j_jdk_version() {
  jdk_version=
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r jdk_line; do
      case $jdk_line in
        JAVA_VERSION=*)
          jdk_version=${jdk_line#*=}
          jdk_version=${jdk_version#\"}
          jdk_version=${jdk_version%%\"*}
          ;;
      esac
    done <"$1/release"
  fi
  if [ -z "$jdk_version" ]; then
    jdk_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
}

# Succeeds if the folder $1 holds a JDK that will do; takes it as JAVA_HOME.
arpg4j_accept_jdk() {
  [ -n "$1" ] || return 1
  arpg4j_jdk_version "$1"
  case $jdk_version in
    25.0.[012] | 25.0.[012][!0-9]*) ;;
    25.0.[0-9]* | 25.[1-9]*)
      JAVA_HOME=$1
      export JAVA_HOME
      return 0
      ;;
  esac
  if [ -n "$jdk_version" ]; then
    case " $jdk_seen " in
      *" $jdk_version in $1,"*) ;;
      *) jdk_seen="$jdk_seen $jdk_version in $1," ;;
    esac
  fi
  return 1
}

# Succeeds if the command $1 belongs to a JDK that will do.
arpg4j_accept_command() {
  [ -n "$1" ] || return 1
  jdk_real=$(readlink -f "$1" 2>/dev/null) || return 1
  case $jdk_real in
    */bin/java) arpg4j_accept_jdk "${jdk_real%/bin/java}" ;;
    *) return 1 ;;
  esac
}

arpg4j_search_jdk() {
  arpg4j_accept_jdk "${JAVA_HOME:-}" && return 0
  arpg4j_accept_command "$(command -v java)" && return 0

  jdk_user=${HOME:-}
  # Where distributions, installers and version managers put a JDK.
  for jdk_folder in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/*jdk* /usr/local/*java* \
    /opt/*jdk* /opt/*java* /opt/*java*/* /opt/*jdk*/* /opt/jvm/* /opt/hostedtoolcache/*/*/* \
    "$jdk_user"/.sdkman/candidates/java/* "$jdk_user"/.jdks/* "$jdk_user"/.gradle/jdks/* \
    "$jdk_user"/.asdf/installs/java/* "$jdk_user"/.local/share/mise/installs/java/* "$jdk_user"/.jabba/jdk/* \
    "$jdk_user"/.local/*jdk* "$jdk_user"/.local/*java* "$jdk_user"/.local/lib/*jdk* "$jdk_user"/.local/share/*jdk* \
    "$jdk_user"/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$jdk_user"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec; do
    arpg4j_accept_jdk "$jdk_folder" && return 0
  done

  if command -v update-alternatives >/dev/null 2>&1; then
    for jdk_command in $(update-alternatives --list java 2>/dev/null); do
      arpg4j_accept_command "$jdk_command" && return 0
    done
  fi
  return 1
}

arpg4j_find_jdk() {
  jdk_seen=
  if [ -n "${ARPG4J_JAVA_HOME:-}" ]; then
    # An explicit wish is obeyed or refused, never replaced by a guess.
    arpg4j_accept_jdk "$ARPG4J_JAVA_HOME" && return 0
    echo "arpg4j: ARPG4J_JAVA_HOME is $ARPG4J_JAVA_HOME, which holds ${jdk_version:-no JDK};" \
      "needed is JDK 25.0.3 or a later 25.x" >&2
    return 2
  fi
  arpg4j_search_jdk && return 0
  jdk_seen=${jdk_seen# }
  jdk_seen=${jdk_seen%,}
  echo "arpg4j needs JDK 25.0.3 or a later 25.x and found ${jdk_seen:-none}: looked at" \
    "ARPG4J_JAVA_HOME, JAVA_HOME, java on the PATH, /usr/lib/jvm, /usr/java, /usr/local, /opt," \
    "~/.sdkman, ~/.jdks, ~/.gradle/jdks, ~/.asdf, ~/.local, ~, /Library/Java, Homebrew," \
    "update-alternatives; install a JDK 25 (Temurin 25, or your system's openjdk-25-jdk)," \
    "or set ARPG4J_JAVA_HOME to its folder" >&2
  return 2
}

arpg4j_find_jdk || exit 2
