# Finds a JDK that is new enough; strongroom and check read this file.

wanted=25

# Prints the feature release (such as 25) of the JDK in directory $1; nothing if there is none.
release_of() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets jdk to the first JDK that is new enough, and seen to the others.
find_jdk() {
  seen=
  on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) || on_path=
  for candidate in "${JAVA_HOME:-}" "${on_path%/bin/java}" \
      /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
    [ -n "$candidate" ] || continue
    release=$(release_of "$candidate")
    [ -n "$release" ] || continue
    if [ "$release" -ge "$wanted" ]; then
      jdk=$candidate
      return 0
    fi
    seen="$seen $candidate (JDK $release)"
  done
  return 1
}
