# Finds a Maven that can build this project, or fetches one, and sets `maven` to its command.
#
# Sourced by ./mvnw, with `home` the project's folder and JAVA_HOME set. Accepted: 3.8.7 and every
# later 3.x. Maven 4 reads the build files differently and is untested.

# Succeeds if the command $1 is a Maven that will do.
arpg4j_accept_maven() {
  [ -n "$1" ] && [ -x "$1" ] || return 1
  maven_version=$("$1" --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p')
  case $maven_version in
    3.8.[789]* | 3.8.[1-6][0-9]* | 3.9.* | 3.[1-9][0-9]*)
      maven=$1
      return 0
      ;;
  esac
  maven_seen="$maven_seen ${maven_version:-no Maven} as $1,"
  return 1
}

# Reads key $1 of the distribution's file.
arpg4j_maven_property() {
  sed -n "s/^$1=//p" "$home/.mvn/maven-distribution.properties"
}

# Fetches URL $1 into file $2.
arpg4j_fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget --quiet --output-document="$2" "$1"
  else
    echo "arpg4j: fetching Maven needs curl or wget" >&2
    return 1
  fi
}

# Prints the SHA-512 of file $1.
arpg4j_sha512() {
  if command -v sha512sum >/dev/null 2>&1; then
    sha512sum "$1"
  else
    shasum -a 512 "$1"
  fi | cut -d ' ' -f 1
}

# Fetches the distribution, checks it and unpacks it into folder $1.
arpg4j_install_maven() {
  maven_name=apache-maven-$(arpg4j_maven_property version)
  maven_url=${MVNW_REPOURL%/}/org/apache/maven/apache-maven/${maven_name#apache-maven-}/$maven_name-bin.tar.gz
  mkdir -p "$1" || return 1
  maven_work=$(mktemp -d "$1/fetch.XXXXXX") || return 1
  trap 'rm -rf "$maven_work"' EXIT
  trap 'exit 130' INT TERM
  echo "fetching $maven_name once ..." >&2
  arpg4j_fetch "$maven_url" "$maven_work/maven.tar.gz" || {
    echo "arpg4j: could not fetch $maven_url" >&2
    return 1
  }
  maven_sum=$(arpg4j_sha512 "$maven_work/maven.tar.gz")
  if [ "$maven_sum" != "$(arpg4j_maven_property sha512)" ]; then
    echo "arpg4j: $maven_url has SHA-512 $maven_sum, expected $(arpg4j_maven_property sha512)" >&2
    return 1
  fi
  tar -xzf "$maven_work/maven.tar.gz" -C "$maven_work" || return 1
  # Another build may have moved its own copy in meanwhile; both are the same.
  [ -d "$1/$maven_name" ] || mv "$maven_work/$maven_name" "$1/$maven_name"
  rm -rf "$maven_work"
  trap - EXIT INT TERM
}

arpg4j_find_maven() {
  maven_seen=
  if [ -n "${MAVEN_HOME:-}" ]; then
    arpg4j_accept_maven "$MAVEN_HOME/bin/mvn" && return 0
  fi
  arpg4j_accept_maven "$(command -v mvn)" && return 0

  maven_version_wanted=$(arpg4j_maven_property version)
  maven_folder=${MAVEN_USER_HOME:-${HOME:-}/.m2}/wrapper/dists/apache-maven-$maven_version_wanted
  # Ours, and the layouts of the standard wrapper.
  for maven_candidate in \
    "$maven_folder/apache-maven-$maven_version_wanted/bin/mvn" "$maven_folder"/*/bin/mvn \
    "$maven_folder"-bin/*/*/bin/mvn; do
    if [ -x "$maven_candidate" ] && arpg4j_accept_maven "$maven_candidate"; then
      return 0
    fi
  done

  if [ -z "${MVNW_REPOURL:-}" ]; then
    maven_seen=${maven_seen%,}
    echo "arpg4j needs Maven 3.8.7 or a later 3.x and found${maven_seen:- none}: looked at" \
      "MAVEN_HOME, mvn on the PATH, $maven_folder; install Maven, or set MVNW_REPOURL to a Maven" \
      "repository and it is fetched from there" >&2
    return 2
  fi
  arpg4j_install_maven "$maven_folder" || return 2
  arpg4j_accept_maven "$maven_folder/apache-maven-$maven_version_wanted/bin/mvn"
}

arpg4j_find_maven || exit 2
