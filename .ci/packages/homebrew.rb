class Zhubi < Formula
  desc "Proofreader for Chinese newspaper copy"
  homepage "{repository}"
  version "{version}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "{repository}/releases/download/v{version}/zhubi-{version}-aarch64-apple-darwin.tar.gz"
      sha256 "{sha256:aarch64-apple-darwin}"
    end
    on_intel do
      url "{repository}/releases/download/v{version}/zhubi-{version}-x86_64-apple-darwin.tar.gz"
      sha256 "{sha256:x86_64-apple-darwin}"
    end
  end

  on_linux do
    on_arm do
      url "{repository}/releases/download/v{version}/zhubi-{version}-aarch64-unknown-linux-musl.tar.gz"
      sha256 "{sha256:aarch64-unknown-linux-musl}"
    end
    on_intel do
      url "{repository}/releases/download/v{version}/zhubi-{version}-x86_64-unknown-linux-musl.tar.gz"
      sha256 "{sha256:x86_64-unknown-linux-musl}"
    end
  end

  def install
    bin.install "bin/zhubi"
    man1.install "share/man/man1/zhubi.1"
    bash_completion.install "share/zhubi/completions/zhubi.bash" => "zhubi"
    zsh_completion.install "share/zhubi/completions/_zhubi"
    fish_completion.install "share/zhubi/completions/zhubi.fish"
    pkgshare.install Dir["share/zhubi/*.zhubi-model"]
  end

  test do
    (testpath/"draft.txt").write "两地携手,共建联盟。\n"
    assert_match "punctuation/halfwidth-comma", shell_output("#{bin}/zhubi check draft.txt", 1)
  end
end
